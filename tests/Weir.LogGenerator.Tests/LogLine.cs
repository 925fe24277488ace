using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.LogGenerator.Tests;

/// <summary>A line taken apart by the rules of the format alone: one space between fields, some of them quoted.</summary>
internal sealed partial class LogLine
{
    private readonly string[] _fields;

    public LogLine(string line)
    {
        _fields = [.. Field().Matches(line).Select(match => match.Value)];
        Rest = Field().Replace(line, "").Trim(' ');
    }

    /// <summary>What is no field; nothing in a good line.</summary>
    public string Rest { get; }

    public int Count => _fields.Length;

    public string Time => this[2];

    public DateTime End => DateTime.Parse(Time, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public string Target => this[5];

    public int Status => int.Parse(this[9], CultureInfo.InvariantCulture);

    public string TargetStatus => this[10];

    public string Trace => this[18].Trim('"');

    public string Actions => this[23].Trim('"');

    public string Node => this[34];

    public double RequestSeconds => double.Parse(this[6], CultureInfo.InvariantCulture);

    public DateTime Creation => DateTime.Parse(this[22], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    /// <summary>An answer of the balancer's own that no rule asked for.</summary>
    public bool IsBalancerError => Status >= 400 && TargetStatus == "-" && Actions is not "fixed-response";

    private string this[int field] => _fields[field - 1];

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Field();
}
