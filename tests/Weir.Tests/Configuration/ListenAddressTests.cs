using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("8080", "127.0.0.1:8080", true)]
    [InlineData("0", "127.0.0.1:0", true)]
    [InlineData("65535", "127.0.0.1:65535", true)]
    [InlineData("127.0.0.2:80", "127.0.0.2:80", false)]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080", false)]
    [InlineData("*:8080", "0.0.0.0:8080", false)]
    [InlineData(":8080", "0.0.0.0:8080", false)]
    [InlineData("localhost:8080", "127.0.0.1:8080", false)]
    [InlineData("[::1]:8080", "[::1]:8080", false)]
    [InlineData("[::]:8080", "[::]:8080", false)]
    public void Parse_GoodText_GivesTheAddress(string text, string expected, bool isDefaultAddress)
    {
        ListenAddress? address = ListenAddress.Parse(text, out string? error);

        Assert.Null(error);
        Assert.Equal(expected, address!.EndPoint.ToString());
        Assert.Equal(isDefaultAddress, address.IsDefaultAddress);
    }

    [Theory]
    [InlineData("", "'' is not a port")]
    [InlineData("80x", "'80x' is not a port")]
    [InlineData("65536", "'65536' is not a port")]
    [InlineData("-1", "'-1' is not a port")]
    [InlineData("+80", "'+80' is not a port")]
    [InlineData("127.0.0.1", "the port is missing")]
    [InlineData("127.0.0.1:", "'' is not a port")]
    [InlineData("127.1:80", "'127.1' is not an IP address")]
    [InlineData("example.com:80", "'example.com' is not an IP address")]
    [InlineData("[127.0.0.1]:80", "'[127.0.0.1]' is not an IP address")]
    [InlineData("::1:80", "an IPv6 address stands in brackets")]
    [InlineData("[::1]", "the port is missing")]
    public void Parse_BadText_SaysWhatIsWrong(string text, string expected)
    {
        ListenAddress? address = ListenAddress.Parse(text, out string? error);

        Assert.Null(address);
        Assert.Equal(expected, error);
    }
}
