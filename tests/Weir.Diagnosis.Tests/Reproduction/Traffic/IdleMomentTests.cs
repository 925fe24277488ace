namespace Weir.Diagnosis.Tests;

public sealed class IdleMomentTests
{
    private static readonly IdleMoment _moment = IdleMoment.Around([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6)]);

    // What a busy machine makes late is not another reason to close; what lies further away is.
    [Theory]
    [InlineData(4.8, false)]
    [InlineData(4.95, true)]
    [InlineData(5.5, true)]
    [InlineData(6.05, true)]
    [InlineData(6.2, false)]
    public void Has_AgesAroundThoseSeen(double age, bool expected) => Assert.Equal(expected, _moment.Has(TimeSpan.FromSeconds(age)));

    [Fact]
    public void Has_NoAgeThatIsNotKnown() => Assert.False(_moment.Has(null));
}
