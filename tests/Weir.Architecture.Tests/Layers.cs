namespace Weir.Architecture.Tests;

/// <summary>The table of layers: which project may reference which. References point down it only.</summary>
internal static class Layers
{
    private static readonly string[] _everything =
    [
        "Weir.Console", "Weir.Diagnosis", "Weir.ControlPlane", "Weir.Balancer", "Weir.AccessLogs", "Weir.Model",
        "Weir.Reactor", "Weir.Http",
    ];

    // Read from the top down. A new project is a new row here, and a reason in ARCHITECTURE.md.
    public static readonly IReadOnlyDictionary<string, string[]> MayReference = new Dictionary<string, string[]>
    {
        ["Weir"] = _everything,
        ["Weir.Console"] = [],
        ["Weir.Diagnosis"] = ["Weir.Balancer", "Weir.AccessLogs", "Weir.Reactor", "Weir.Http", "Weir.Model"],
        ["Weir.ControlPlane"] = ["Weir.Model"],
        ["Weir.Balancer"] = ["Weir.AccessLogs", "Weir.Model", "Weir.Reactor", "Weir.Http"],
        ["Weir.AccessLogs"] = ["Weir.Model"],
        ["Weir.Model"] = [],
        ["Weir.Reactor"] = [],
        ["Weir.Http"] = [],
    };

    /// <summary>_everything that runs on the event loop, where waiting and sharing cost every connection.</summary>
    public static readonly string[] DataPlane = ["Weir.Balancer", "Weir.Reactor", "Weir.Http"];
}
