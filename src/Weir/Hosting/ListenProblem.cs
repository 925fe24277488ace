using System.Net;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Model;
using Weir.Output;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>An address that cannot be listened on: in words for people, and as an exit code.</summary>
[SupportedOSPlatform("linux")]
internal sealed record ListenProblem(string Sentence, ExitCode Code)
{
    // Linux, x64 and arm64.
    private const int EACCES = 13;
    private const int EADDRINUSE = 98;
    private const int EADDRNOTAVAIL = 99;

    private const int FirstUnprivilegedPort = 1024;

    /// <summary>
    /// Tries the addresses that are in a snapshot and not among those already open. Without this, a second node of the
    /// same user would share the port with the first, and each would get a part of the connections.
    /// </summary>
    public static IReadOnlyList<ListenProblem> Probe(BalancerSnapshot next, BalancerSnapshot current)
    {
        HashSet<(IPAddress Address, int Port)> open =
            [.. Listeners(current).Select(static pair => (pair.Balancer.ListenAddress, pair.Listener.Port))];
        var problems = new List<ListenProblem>();
        foreach ((LoadBalancerSnapshot balancer, ListenerSnapshot listener) in Listeners(next))
        {
            if (!open.Contains((balancer.ListenAddress, listener.Port)) && listener.Port != 0)
            {
                var endpoint = new IPEndPoint(balancer.ListenAddress, listener.Port);
                int error = EpollLoop.ProbeAddress(endpoint, out string message);
                if (error != 0)
                {
                    problems.Add(Describe(new ListenFailure(endpoint, error, message)));
                }
            }
        }

        return problems;
    }

    public static ListenProblem Describe(ListenFailure failure) => failure.Error switch
    {
        EADDRINUSE => new(
            $"cannot listen on {failure.EndPoint}: another program has this address", ExitCode.AddressUnavailable),
        EADDRNOTAVAIL => new(
            $"cannot listen on {failure.EndPoint}: {failure.EndPoint.Address} is not an address of this machine",
            ExitCode.AddressUnavailable),
        EACCES when failure.EndPoint.Port < FirstUnprivilegedPort => new(
            $"cannot listen on {failure.EndPoint}: ports below {FirstUnprivilegedPort} need a privilege "
            + "(setcap cap_net_bind_service=+ep)",
            ExitCode.NotPermitted),
        EACCES => new($"cannot listen on {failure.EndPoint}: {failure.Message}", ExitCode.NotPermitted),
        _ => new($"cannot listen on {failure.EndPoint}: {failure.Message}", ExitCode.AddressUnavailable),
    };

    public static void Report(IEnumerable<ListenProblem> problems, MessageWriter messages)
    {
        foreach (ListenProblem problem in problems)
        {
            messages.Fail("listen", problem.Sentence);
        }
    }

    private static IEnumerable<(LoadBalancerSnapshot Balancer, ListenerSnapshot Listener)> Listeners(BalancerSnapshot snapshot) =>
        from balancer in snapshot.LoadBalancers
        from listener in balancer.Listeners
        select (balancer, listener);
}
