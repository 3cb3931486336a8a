"""The API's doors to the frame: editions, regions, the venue, the programme."""
