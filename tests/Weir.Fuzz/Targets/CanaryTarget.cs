using Weir.Fuzz.Engine;

namespace Weir.Fuzz.Targets;

/// <summary>
/// A reader of Content-Length with a planted bug: it lets a minus sign pass, as careless integer parsers do. No file of
/// the corpus shows it, so the engine must find it, or it would find nothing at all.
/// </summary>
internal sealed class CanaryTarget : IFuzzTarget
{
    public string CorpusFolder => "requests";

    public string? Check(byte[] input)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int at = input.AsSpan().IndexOf(name);
        if (at < 0 || at + name.Length >= input.Length)
        {
            return null;
        }

        return input[at + name.Length] == '-' ? "a negative length was let pass" : null;
    }
}
