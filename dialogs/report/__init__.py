"""The report of a survey: figures in sentences, maps, limits, on six to ten pages."""
