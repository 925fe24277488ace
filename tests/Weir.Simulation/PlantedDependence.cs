namespace Weir.Simulation;

/// <summary>What a run depends on besides its seed, on purpose, to see that a comparison of trace hashes finds it.</summary>
internal enum PlantedDependence
{
    None,

    /// <summary>Another course in each process, as from a hash code of a string or a pointer.</summary>
    Process,

    /// <summary>One course under the JIT and another in native code, as from arithmetic that the two do differently.</summary>
    Compiler,
}
