namespace Weir.LogGenerator.World;

/// <summary>How requests are spread over time.</summary>
internal enum TrafficShape
{
    Poisson,
    Periodic,
    Bursty,
    Diurnal,
}
