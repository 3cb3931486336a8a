"""The API's doors to the delegation: people, meetings with their answers, calendars, visits."""
