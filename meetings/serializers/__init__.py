"""The shape of what the API takes and gives about people, meetings and calendars."""
