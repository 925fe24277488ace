namespace Weir.Simulation;

/// <summary>The seed that a run really gets when a dependence is planted.</summary>
internal static class PlantedDependenceSeeds
{
    // RuntimeFeature says the same for both: a project that publishes native code is built without dynamic code, too.
    private static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    public static ulong Disturb(this PlantedDependence dependence, ulong seed) => dependence switch
    {
        PlantedDependence.Process => seed + (ulong)Environment.ProcessId,
        PlantedDependence.Compiler when IsNative => ~seed,
        _ => seed,
    };
}
