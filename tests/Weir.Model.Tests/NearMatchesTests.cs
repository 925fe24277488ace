namespace Weir.Model.Tests;

public sealed class NearMatchesTests
{
    [Theory]
    [InlineData("X")]
    [InlineData("XY")]
    public void Find_ShortName_SuggestsNothing(string name) => Assert.Empty(NearMatches.Find(name, ["L", "P", "R"]));

    [Fact]
    public void Find_NameOfThreeCharacters_SuggestsTheNearest() => Assert.Equal(["Alb"], NearMatches.Find("Abl", ["Alb", "Api", "Targets"]));
}
