using System.Globalization;
using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.Scenarios;

/// <summary>Draws a scenario's parameters from its seed and keeps each by name, so that a log can say what it was made with.</summary>
internal sealed class Draw(SeededRandom random, string prefix, Dictionary<string, string> parameters)
{
    public SeededRandom Random => random;

    public IReadOnlyDictionary<string, string> Parameters => parameters;

    public string NameOf(string name) => prefix + name;

    public Draw For(string part) => new(random.Fork(), $"{prefix}{part}.", parameters);

    public double Between(string name, double low, double high) => Keep(name, random.Between(low, high));

    public int Between(string name, int low, int high) => Keep(name, random.Between(low, high));

    public double LogBetween(string name, double low, double high) => Keep(name, random.LogBetween(low, high));

    public T Pick<T>(string name, params ReadOnlySpan<T> choices) where T : notnull => Keep(name, choices[random.Below(choices.Length)]);

    public bool Chance(string name, double share) => Keep(name, random.Chance(share));

    public T Keep<T>(string name, T value) where T : notnull
    {
        parameters[prefix + name] = value switch
        {
            double number => number.ToString("G5", CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            _ => value.ToString()!,
        };
        return value;
    }
}
