using System.Text.RegularExpressions;

namespace Weir.Balancer.Tests;

/// <summary>Sessions that stay with their target. Source: ALB user guide, sticky sessions.</summary>
public sealed partial class StickinessTests
{
    private static readonly WorldOptions _sticky = new()
    {
        Targets = 3,
        TargetGroup = ["stickiness.enabled=true", "stickiness.lb_cookie.duration_seconds=600"],
    };

    [Fact]
    public void Response_OfAStickyGroup_CarriesBothCookies()
    {
        using var world = Scripted(_sticky);
        string head = world.Connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n").ReadHead();
        Match match = Cookies().Match(head);
        Assert.True(match.Success, head);
        Assert.Equal(match.Groups[1].Value, match.Groups[2].Value);
        Assert.Equal(128, match.Groups[1].Length);
    }

    [Theory]
    [InlineData("AWSALB={0}")]
    [InlineData("a=b; AWSALB={0}; c=d")]
    [InlineData("AWSALBCORS={0}")]
    [InlineData("AWSALB=nonsense; AWSALBCORS={0}")]
    public void Session_StaysWithItsTarget_AndTheCookieIsRenewed(string form)
    {
        using var world = Scripted(_sticky);
        (string target, string cookie) = Ask(world, "");
        for (int i = 0; i < 5; i++)
        {
            (string next, string renewed) = Ask(world, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, cookie));
            Assert.Equal(target, next);
            Assert.NotEqual(cookie, renewed);
            cookie = renewed;
        }

        Assert.Equal(0, world.Counters[Counter.NonStickyRequests]);
    }

    [Fact]
    public void Cookie_OlderThanTheDuration_IsNotHonoured()
    {
        using var world = Scripted(_sticky);
        (_, string cookie) = Ask(world, "");
        world.RunSeconds(599);
        Ask(world, $"AWSALB={cookie}");
        Assert.Equal(0, world.Counters[Counter.NonStickyRequests]);
        world.RunSeconds(3);
        Ask(world, $"AWSALB={cookie}");
        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
    }

    [Fact]
    public void Cookie_OfAnotherGroup_IsNotHonoured()
    {
        using var world = Scripted(_sticky with { Weights = [1, 0] });
        (_, string cookie) = Ask(world, "");
        world.Apply(world.Options with { Weights = [0, 1] });
        world.RunMs(50);
        (string target, _) = Ask(world, $"AWSALB={cookie}");
        Assert.StartsWith("10.0.2.", target, StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
    }

    [Fact]
    public void Session_WhoseTargetIsUnhealthy_MovesAndStaysMoved()
    {
        using var world = Scripted(_sticky);
        (string target, string cookie) = Ask(world, "");
        world.TargetAt(target).Health.AnswerCode(500);
        world.RunSeconds(61);
        (string second, string moved) = Ask(world, $"AWSALB={cookie}");
        Assert.NotEqual(target, second);
        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
        world.TargetAt(target).Health.AnswerCode(200);
        world.RunSeconds(200);
        Assert.Equal(second, Ask(world, $"AWSALB={moved}").Target);
    }

    [Fact]
    public void Session_WhoseTargetIsGone_Moves()
    {
        using var world = Scripted(_sticky);
        string cookie = "";
        string target = "";
        while (target != "10.0.1.3")
        {
            (target, cookie) = Ask(world, "");
        }

        world.Apply(world.Options with { Targets = 2 });
        Assert.NotEqual("10.0.1.3", Ask(world, $"AWSALB={cookie}").Target);
        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
    }

    [Fact]
    public void Page_OfTheBalancer_SetsNoCookie()
    {
        using var world = new BalancerWorld(_sticky with { Targets = 0 });
        Assert.DoesNotContain(
            "Set-Cookie", world.Connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n").ReadHead(), StringComparison.Ordinal);
    }

    private static BalancerWorld Scripted(WorldOptions options)
    {
        var world = new BalancerWorld(options);
        foreach (TargetDouble target in world.Targets)
        {
            target.Script = _ => $"HTTP/1.1 200 OK\r\nX-Target: {target.Address}\r\nContent-Length: 0\r\n\r\n";
        }

        return world;
    }

    private static (string Target, string Cookie) Ask(BalancerWorld world, string cookie)
    {
        string header = cookie.Length == 0 ? "" : $"Cookie: {cookie}\r\n";
        Peer client = world.Connect($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n");
        string head = client.ReadHead();
        client.Close();
        return (Target().Match(head).Groups[1].Value, Cookies().Match(head).Groups[1].Value);
    }

    [GeneratedRegex("X-Target: ([0-9.]+)\r\n")]
    private static partial Regex Target();

    [GeneratedRegex("Set-Cookie: AWSALB=([A-Za-z0-9+/=]+); Expires=Thu, 08 Jan 2026 00:[0-9:]{5} GMT; Path=/\r\nSet-Cookie: AWSALBCORS=([A-Za-z0-9+/=]+); Expires=Thu, 08 Jan 2026 00:[0-9:]{5} GMT; Path=/; SameSite=None\r\n")]
    private static partial Regex Cookies();
}
