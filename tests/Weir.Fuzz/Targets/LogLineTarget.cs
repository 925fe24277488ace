using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles;

namespace Weir.Fuzz.Targets;

/// <summary>Lines of load balancers' logs.</summary>
internal sealed class LogLineTarget : IFuzzTarget
{
    public string CorpusFolder => "loglines";

    public string? Check(byte[] input)
    {
        foreach (var line in new ReadOnlySpan<byte>(input).Split((byte)'\n'))
        {
            if (LogLineReading.Check(input.AsSpan(line)) is { } fault)
                return fault;
        }

        return null;
    }
}
