namespace Weir.EndToEnd.Tests;

/// <summary>One line of the access log, taken apart; fields have the numbers of ALB's documentation, from 1.</summary>
internal sealed class LogLine
{
    public const int FieldCount = 36;

    private readonly string[] _fields;

    private LogLine(string text)
    {
        Text = text;
        _fields = Split(text);
    }

    public string Text { get; }

    public int Count => _fields.Length;

    /// <summary>A field by its number, with its quotes if it has them.</summary>
    public string this[int number] => _fields[number - 1];

    public string Target => this[5];

    public string ElbStatus => this[9];

    public string TargetStatus => this[10];

    public static LogLine Parse(string text) => new(text);

    public static LogLine[] ReadAll(string file)
    {
        string text = File.ReadAllText(file);
        Assert.True(text.Length == 0 || text[^1] == '\n', "the log ends in the middle of a line");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        int start = 0;
        bool quoted = false;
        for (int i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == line.Length || (line[i] == ' ' && !quoted))
            {
                fields.Add(line[start..i]);
                start = i + 1;
            }
        }

        return [.. fields];
    }
}
