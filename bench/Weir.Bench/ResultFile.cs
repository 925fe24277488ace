using System.Text.Json;

namespace Weir.Bench;

/// <summary>Everything that was measured, as JSON: the table's numbers and each round's.</summary>
internal sealed record ResultFile(DateTimeOffset Started, Machine Machine, int Rounds, int SecondsPerRun, IReadOnlyList<ProfileResult> Profiles)
{
    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, _format) + "\n");
}
