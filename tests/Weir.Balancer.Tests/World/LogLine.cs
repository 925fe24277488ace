using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Balancer.Tests;

/// <summary>One line of the access log, by its fields. Source: ALB user guide, access log entries.</summary>
internal sealed partial class LogLine
{
    private readonly string[] _fields;

    public LogLine(string text)
    {
        Text = text;
        _fields = [.. Field().Matches(text).Select(match => match.Value)];
        Assert.Equal(36, _fields.Length);
    }

    public string Text { get; }

    /// <summary>A field by its number in the guide, from 1, with its quotes.</summary>
    public string this[int number] => _fields[number - 1];

    /// <summary>Fields 5 to 12: target, three times, two codes, received and sent bytes.</summary>
    public string Outcome => string.Join(' ', _fields[4..12]);

    /// <summary>Fields 9 to 12: two codes, received and sent bytes.</summary>
    public string CodesAndBytes => string.Join(' ', _fields[8..12]);

    /// <summary>Fields 6 to 8.</summary>
    public double[] Times => [.. _fields[5..8].Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Field();
}
