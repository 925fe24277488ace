using System.Text.Json;

namespace Weir.Tests.Schemas;

/// <summary>All documents of the command line name their fields alike.</summary>
public sealed class SchemaNamesTests
{
    // Fields that are named after what they count by.
    private static readonly string[] _methods = ["GET", "POST"];

    [Fact]
    public void Names_OfEverySchema_AreInSmallLettersWithLowLines()
    {
        string[] schemas = Directory.GetFiles(AppContext.BaseDirectory, "*.schema.json");
        string[] names = [.. schemas.SelectMany(static file => NamesIn(JsonDocument.Parse(File.ReadAllText(file)).RootElement)).Distinct()];

        Assert.Contains("idle_timeout_seconds", names);
        Assert.All(names.Except(_methods), static name => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", name));
    }

    private static IEnumerable<string> NamesIn(JsonElement rule) => rule.ValueKind switch
    {
        JsonValueKind.Object => rule.EnumerateObject().SelectMany(static word => word.Name == "properties"
            ? word.Value.EnumerateObject().SelectMany(static property => NamesIn(property.Value).Append(property.Name))
            : NamesIn(word.Value)),
        JsonValueKind.Array => rule.EnumerateArray().SelectMany(NamesIn),
        _ => [],
    };
}
