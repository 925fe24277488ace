namespace Weir.Diagnosis.Servers;

/// <summary>A server whose default fits a time at which connections are closed.</summary>
public sealed record ServerMatch(ServerProfile Server, IdleDefault Default)
{
    /// <summary>For a list: <c>Node.js (its 5 s plus its 1 s buffer)</c>.</summary>
    public string Wording => Default switch
    {
        { Versions: "" } => $"{Server.DisplayName} ({Default.Explanation}{Doubt})",
        _ => $"{Server.DisplayName}, {Default.Versions} ({Default.Explanation}{Doubt})",
    };

    private string Doubt => Default.Mark == SourceMark.FromMemory ? "; from memory" : "";

    /// <summary>A sentence about the time found, without its full stop: <c>6.0 s is Node.js's 5 s plus its 1 s buffer</c>.</summary>
    public string Explain(double closesAtSeconds)
    {
        var explanation = Default.Explanation["its ".Length..];
        return $"{closesAtSeconds:0.0} s is {Server.DisplayName}'s {explanation}{(Doubt.Length == 0 ? "" : " (from memory)")}";
    }
}
