"""The API's doors to the exhibitors: calls, applications, exhibitors, allocations."""
