using Weir.Fuzz.Engine;
using Weir.Fuzz.Oracles.Tls;
using Weir.Fuzz.Targets;
using Weir.Reactor;

namespace Weir.Http.Tests;

/// <summary>That the fuzz target of TLS comes as far as it says: an oracle that never gets behind a handshake finds nothing there.</summary>
public sealed class TlsCourseTests
{
    private const byte Flip = (byte)TlsAlterationKind.Flip, Cut = (byte)TlsAlterationKind.Cut, Drop = (byte)TlsAlterationKind.Drop;
    private const byte ToClient = 0x80;

    private static readonly TlsCourseContexts _contexts = new();

    public static TheoryData<byte> Versions => [0, 1, 2];

    private static string LogOf(params byte[] input)
    {
        using var secrets = SimSecrets.Seeded(1);
        var course = new TlsCourse(_contexts, TlsScript.Of(input), segmentBytes: 1460);
        course.Run();
        Assert.Null(course.Fault);
        return course.Log;
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Course_Unaltered_CarriesBothTextsWhole(byte version) => Assert.Equal(
        "client: handshake Done (), 3000 of 3000 bytes, end CloseNotify\nserver: handshake Done (), 3000 of 3000 bytes, end CloseNotify",
        LogOf(version));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Course_WithALateByteFlipped_DeliversNothingBehindIt(byte version)
    {
        string log = LogOf(version, Flip, 2000 >> 8, 2000 & 0xff, 1);
        Assert.Contains("server: handshake Done (), 0 of 3000 bytes, end TlsFailed", log, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Course_CutInTheText_IsNotTakenForItsEnd(byte version)
    {
        string log = LogOf(version, ToClient | Cut, 3000 >> 8, 3000 & 0xff, 0);
        Assert.Matches("client: handshake Done \\(\\), [0-9]+ of 3000 bytes, end Fin\n", log);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Course_WithAByteOfTheHelloLeftOut_EndsAtAHandshakesDeadline(byte version) =>
        Assert.Contains("handshake TimedOut", LogOf(version, Drop, 0, 40, 0), StringComparison.Ordinal);

    [Fact]
    public void Target_OfManyCourses_FindsNothing() =>
        Assert.Null(new FuzzRunner(new TlsTarget(), 7, static runs => runs < 100).Run());
}
