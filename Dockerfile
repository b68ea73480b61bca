# One image for Airflow's services and for `yardstick`: the locked environment of this repository.
FROM python:3.12.11-slim-bookworm

ARG UV_VERSION=0.13.9
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir "uv==${UV_VERSION}" \
    && useradd --uid 50000 --gid 0 --create-home yardstick \
    && mkdir -p /opt/yardstick /opt/airflow /var/lib/yardstick \
    && chown 50000:0 /opt/yardstick /opt/airflow /var/lib/yardstick \
    && chmod g+rwx /opt/airflow /var/lib/yardstick

USER 50000:0
WORKDIR /opt/yardstick
ENV PATH=/opt/yardstick/.venv/bin:$PATH \
    UV_PYTHON_DOWNLOADS=never \
    AIRFLOW_HOME=/opt/airflow \
    YARDSTICK_HOME=/var/lib/yardstick

# What changes least comes first: the environment is built anew only when the lock changes.
COPY --chown=50000:0 pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project --no-cache
COPY --chown=50000:0 . .
RUN uv sync --frozen --no-dev --no-cache
