"""What reports keep: figures by day, replays of drafts, and what the radar saw."""

from reports.models.figures import DailyKpi, FillMark, Replay, WindowKpi
from reports.models.radar import RadarAlert, RadarLimits

__all__ = ["DailyKpi", "FillMark", "RadarAlert", "RadarLimits", "Replay", "WindowKpi"]
