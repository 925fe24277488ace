using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles.Tls;
using Weir.Reactor;

namespace Weir.Fuzz.Targets;

/// <summary>
/// A client and a server of TLS with somebody between them who alters what they send. The input says which version, and what is
/// altered where: so it comes as far as there is anything to alter, behind handshakes whose bytes depend on secrets.
/// </summary>
internal sealed class TlsTarget : IFuzzTarget
{
    private const ulong SecretsSeed = 1;
    private const int LongSegment = 1460;

    private readonly TlsCourseContexts _contexts = new();

    public string CorpusFolder => "tls";

    public string? Check(byte[] input)
    {
        var script = TlsScript.Of(input);
        TlsCourse whole = Run(script, LongSegment), pieces = Run(script, segmentBytes: 1);
        return whole.Fault ?? pieces.Fault
            ?? (whole.Log == pieces.Log ? null : $"byte by byte:\n{pieces.Log}\nin long segments:\n{whole.Log}");
    }

    private TlsCourse Run(TlsScript script, int segmentBytes)
    {
        using var secrets = SimSecrets.Seeded(SecretsSeed);
        var course = new TlsCourse(_contexts, script, segmentBytes);
        course.Run();
        return course;
    }
}
