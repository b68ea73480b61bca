"""Calendar months as numbers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def month_numbers(moments: "pd.Series[pd.Timestamp]") -> NDArray[np.int64]:
    """Months counted from the year 0, so that consecutive months differ by 1."""
    months = pd.DatetimeIndex(pd.to_datetime(moments))
    return np.asarray(months.year * 12 + months.month - 1, dtype=np.int64)
