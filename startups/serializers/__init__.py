"""The shape of what the API takes and gives about calls, applications and exhibitors."""
