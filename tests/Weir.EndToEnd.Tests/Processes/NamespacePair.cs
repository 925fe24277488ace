using System.ComponentModel;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Two network namespaces, one for a balancer and one for a target, with a link between them that delays every packet; and
/// one without delay from the test to the balancer. Owned by one test; disposing takes away all of it, whatever was made.
/// </summary>
internal sealed class NamespacePair : IAsyncDisposable
{
    // One number for this process in every name and address, so that test processes can be beside one another.
    private static readonly int _number = Environment.ProcessId;
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    private readonly string _balancer = string.Create(_culture, $"weir-test-balancer-{_number}");
    private readonly string _target = string.Create(_culture, $"weir-test-target-{_number}");
    private readonly Stack<string> _undo = [];

    private NamespacePair()
    {
    }

    /// <summary>Where the target is for the balancer.</summary>
    public string TargetAddress => "198.19.0.2";

    /// <summary>Where the balancer is for the test.</summary>
    public string BalancerAddress { get; } = AddressOfTestLink(2);

    /// <summary>What a program is started with to run where the balancer is.</summary>
    public string[] AtBalancer => ["ip", "netns", "exec", _balancer];

    public string[] AtTarget => ["ip", "netns", "exec", _target];

    /// <summary>Makes them, or skips the test with what this machine says against it.</summary>
    /// <param name="oneWayMs">How long a packet takes between balancer and target, each way.</param>
    public static async Task<NamespacePair> MakeOrSkip(int oneWayMs)
    {
        var pair = new NamespacePair();
        try
        {
            await pair.Make(string.Create(_culture, $"{oneWayMs}ms"));
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var runs = new List<ProgramRun>();
        while (_undo.TryPop(out string? command))
        {
            runs.Add(await Run(command));
        }

        Assert.All(runs, static run => Assert.Equal((0, ""), (run.ExitCode, run.Errors)));
    }

    private async Task Make(string delay)
    {
        string testEnd = string.Create(_culture, $"weir{_number}");
        foreach (string name in (string[])[_balancer, _target])
        {
            await RunOrSkip($"ip netns add {name}");
            _undo.Push($"ip netns del {name}");
        }

        await RunOrSkip($"ip link add to-target netns {_balancer} type veth peer name to-balancer netns {_target}");
        await RunOrSkip($"tc -n {_balancer} qdisc add dev to-target root netem delay {delay}");
        await RunOrSkip($"tc -n {_target} qdisc add dev to-balancer root netem delay {delay}");
        await RunOrSkip($"ip link add {testEnd} type veth peer name to-test netns {_balancer}");
        // It would go with the namespace, which the kernel keeps as long as a closed socket in it waits for an acknowledgement.
        _undo.Push($"ip link del {testEnd}");
        await Raise("ip", testEnd, AddressOfTestLink(1));
        await Raise($"ip -n {_balancer}", "to-test", BalancerAddress);
        await Raise($"ip -n {_balancer}", "to-target", "198.19.0.1");
        await Raise($"ip -n {_target}", "to-balancer", TargetAddress);
    }

    private static async Task Raise(string ip, string device, string address)
    {
        await RunOrFail($"{ip} address add {address}/30 dev {device}");
        await RunOrFail($"{ip} link set {device} up");
    }

    // 198.18.0.0/15 is for tests of networks, so that no network that the machine is in has it. Source: RFC 6890 §2.2.2.
    private static string AddressOfTestLink(int host)
    {
        int low = (_number % (1 << 14) * 4) + host;
        return string.Create(_culture, $"198.18.{low >> 8}.{low & 0xff}");
    }

    private static async Task RunOrSkip(string command)
    {
        try
        {
            ProgramRun run = await Run(command);
            Assert.SkipUnless(run.ExitCode == 0, $"no network with a delay on this machine: `{command}` says: {run.Errors.TrimEnd()}");
        }
        catch (Win32Exception exception)
        {
            Assert.Skip($"no network with a delay on this machine: {exception.Message}");
        }
    }

    private static async Task RunOrFail(string command)
    {
        ProgramRun run = await Run(command);
        Assert.True(run.ExitCode == 0, $"{command}: {run.Errors}");
    }

    private static Task<ProgramRun> Run(string command)
    {
        string[] words = command.Split(' ');
        return ProgramRun.Of(words[0], words[1..]);
    }
}
