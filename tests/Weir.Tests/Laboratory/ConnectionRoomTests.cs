using Weir.Diagnosis;
using Weir.Hosting;
using Weir.Laboratory;

namespace Weir.Tests.Laboratory;

public sealed class ConnectionRoomTests
{
    private static ReproductionOptions? Fit(ulong allowed, out string? sentence, bool quick = true, bool isChosen = false) => ConnectionRoom.Fit(
        new ReproductionOptions { Quick = quick }, isChosen, new DescriptorLimit(allowed, allowed, Open: 40), out sentence);

    [Theory]
    [InlineData(true, 872)]
    [InlineData(false, 1_896)]
    public void Fit_WithEnoughDescriptors_ChangesNothing(bool quick, ulong allowed)
    {
        Assert.Equal(64, Fit(allowed, out string? sentence, quick)!.Connections);
        Assert.Null(sentence);
        Assert.Equal(63, Fit(allowed - 1, out sentence, quick)!.Connections);
        Assert.NotNull(sentence);
    }

    [Fact]
    public void Fit_WithFewDescriptors_TakesFewerConnectionsAndSaysWhy()
    {
        Assert.Equal(12, Fit(256, out string? sentence)!.Connections);
        Assert.Equal("12 connections idle at once, not 64: those need 872 open files, and this process may have 256 (ulimit -n)", sentence);
    }

    [Fact]
    public void Fit_WithTooFewDescriptors_SaysWhatIsNeeded()
    {
        Assert.Null(Fit(150, out string? sentence));
        Assert.Equal("8 connections at once need 200 open files, and this process may have 150 (ulimit -n)", sentence);
    }

    // A number that the user chose is not changed behind his back.
    [Fact]
    public void Fit_OfAChosenNumber_SaysWhatWouldDo()
    {
        Assert.Null(Fit(256, out string? sentence, isChosen: true));
        Assert.Equal("64 connections at once need 872 open files, and this process may have 256 (ulimit -n); --connections 12 would do", sentence);
    }

    [Fact]
    public void Fit_WhereTheSystemDoesNotTell_ChangesNothing() =>
        Assert.Equal(64, ConnectionRoom.Fit(new ReproductionOptions(), isChosen: false, limit: null, out _)!.Connections);

    // Each connection is then that of a target, with a port of its own, and the proof has no more of them than a burst.
    [Theory]
    [InlineData(true, 832)]
    [InlineData(false, 1_472)]
    public void Fit_OverHttp2_AsksForWhatItsTargetsAndItsSmallerProofNeed(bool quick, ulong allowed)
    {
        var options = new ReproductionOptions { IsHttp2 = true, Quick = quick };

        Assert.Equal(64, ConnectionRoom.Fit(options, isChosen: false, new DescriptorLimit(allowed, allowed, Open: 0), out string? sentence)!.Connections);
        Assert.Null(sentence);
        Assert.Equal(63, ConnectionRoom.Fit(options, isChosen: false, new DescriptorLimit(allowed - 1, allowed - 1, Open: 0), out _)!.Connections);
    }
}
