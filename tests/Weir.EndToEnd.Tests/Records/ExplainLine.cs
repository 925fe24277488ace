using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>One line of the explain log, which keeps to docs/explain-log.schema.json.</summary>
internal sealed class ExplainLine
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/explain-log.schema.json"));

    private readonly JsonElement _line;

    private ExplainLine(string text)
    {
        _line = JsonDocument.Parse(text).RootElement;
        Assert.Empty(_schema.ProblemsOf(_line));
    }

    public static ExplainLine Parse(string text) => new(text);

    public static ExplainLine[] ReadAll(string file)
    {
        string text = File.ReadAllText(file);
        Assert.True(text.Length == 0 || text[^1] == '\n', "the log ends in the middle of a line");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>What came of each attempt.</summary>
    public string[] Outcomes =>
        [.. _line.GetProperty("attempts").EnumerateArray().Select(static attempt => attempt.GetProperty("outcome").GetString()!)];

    public override string ToString() => _line.GetRawText();

    public string? Text(string name) => _line.GetProperty(name).GetString();

    public long? Number(string name) => _line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    /// <summary>A time, with its fraction.</summary>
    public double? Milliseconds(string name) => _line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    public bool? Truth(string name) => _line.GetProperty(name) is { ValueKind: not JsonValueKind.Null } truth ? truth.GetBoolean() : null;
}
