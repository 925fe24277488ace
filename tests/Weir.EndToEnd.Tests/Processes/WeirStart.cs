namespace Weir.EndToEnd.Tests;

/// <summary>How `weir run` is started where it is not the usual way.</summary>
internal sealed record WeirStart
{
    /// <summary>A program that becomes weir, with its arguments: prlimit, for example.</summary>
    public string[] Wrapper { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Its listeners come from a template.</summary>
    public bool HasOwnListeners { get; init; }

    public bool HasNoLog { get; init; }
}
