-- Moments land as ISO text: ten characters are a local date, more are a point in time.
create function floor.moment_at(moment text, time_zone text) returns timestamptz language sql stable as $$
    select case
        when length(moment) = 10 then moment::timestamp at time zone time_zone
        else moment::timestamptz
    end
$$;
create function floor.moment_on(moment text, time_zone text) returns date language sql stable as $$
    select case
        when length(moment) = 10 then moment::date
        else (moment::timestamptz at time zone time_zone)::date
    end
$$;
