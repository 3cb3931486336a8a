"""The organisers' day: people, rooms, offices or delegations across, hours down."""
