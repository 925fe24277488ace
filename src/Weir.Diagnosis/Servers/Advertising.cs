namespace Weir.Diagnosis.Servers;

/// <summary>Whether a server says in its answers, by <c>Keep-Alive: timeout=</c>, when it will close.</summary>
public enum Advertising
{
    Never,

    Always,

    /// <summary>Only to a request that says <c>Connection: keep-alive</c>.</summary>
    WhenAsked,

    /// <summary>Only where an option tells it to.</summary>
    ByOption,

    Unknown,
}
