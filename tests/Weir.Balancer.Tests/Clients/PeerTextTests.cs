using System.Net;
using System.Text;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A client's address, in each form that is written of it.</summary>
public sealed class PeerTextTests
{
    [Theory]
    [InlineData("192.168.131.39", 2817, "192.168.131.39", "192.168.131.39:2817", "192.168.131.39:2817")]
    [InlineData("2001:db8::1", 443, "2001:db8::1", "[2001:db8::1]:443", "2001:db8::1:443")]
    [InlineData("2001:db8:1111:2222:3333:4444:5555:6666", 65535, "2001:db8:1111:2222:3333:4444:5555:6666", "[2001:db8:1111:2222:3333:4444:5555:6666]:65535", "2001:db8:1111:2222:3333:4444:5555:6666:65535")]
    public void Forms_OfAnAddress(string address, int port, string bare, string withPort, string log)
    {
        SimLoop loop = new SimNetwork(1).CreateLoop("test");
        var text = new PeerText(loop, new IPEndPoint(IPAddress.Parse(address), port));
        Assert.Equal(bare, Encoding.ASCII.GetString(text.Address));
        Assert.Equal(withPort, Encoding.ASCII.GetString(text.AddressAndPort));
        Assert.Equal(log, Encoding.ASCII.GetString(text.LogText));
        Assert.Matches("^TID_[0-9a-f]{32}$", Encoding.ASCII.GetString(text.ConnectionTraceId));
    }
}
