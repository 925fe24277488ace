namespace Weir.Http.Tests;

public sealed class KnownHeadersTests
{
    public static TheoryData<KnownHeader> All => [.. Enum.GetValues<KnownHeader>().Where(h => h != KnownHeader.Other)];

    [Theory]
    [MemberData(nameof(All))]
    public void Lookup_OfEachName_FindsItInAnyCase(KnownHeader header)
    {
        string name = Wire.Text(KnownHeaders.Name(header));

        Assert.Equal(header, KnownHeaders.Lookup(Wire.Bytes(name)));
        Assert.Equal(header, KnownHeaders.Lookup(Wire.Bytes(name.ToUpperInvariant())));
        Assert.Equal(header, KnownHeaders.Lookup(Wire.Bytes(name.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("X")]
    [InlineData("Hos")]
    [InlineData("Hosts")]
    [InlineData("Transfer\rEncoding")]
    [InlineData("Transfer_Encoding")]
    [InlineData("Content-Lengt\u00c8")]
    public void Lookup_OfAnotherName_FindsNothing(string name)
    {
        Assert.Equal(KnownHeader.Other, KnownHeaders.Lookup(Wire.Bytes(name)));
    }

    [Fact]
    public void KnownHeader_AsABit_FitsOneWord()
    {
        Assert.True(Enum.GetValues<KnownHeader>().Length <= 64);
    }
}
