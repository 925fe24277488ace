using System.Collections.Concurrent;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Those who use a service: every request on a connection of its own, at moments drawn from a seed. Owned by one service;
/// its loops may use it side by side.
/// </summary>
internal sealed class FaultClients(int port, int seed)
{
    // The slowest answer there is, a 504, comes after ten seconds.
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(30);

    private static readonly string[] _pages = ["/", "/cart", "/search?q=weir", "/items/1", "/items/2", "/items/3", "/orders", "/style.css"];

    private readonly Random _random = new(seed);
    private readonly ConcurrentQueue<Task> _asked = [];

    /// <summary>From 0 to 1.</summary>
    public double Chance
    {
        get
        {
            lock (_random)
            {
                return _random.NextDouble();
            }
        }
    }

    public TimeSpan Between(double lowSeconds, double highSeconds) =>
        TimeSpan.FromSeconds(lowSeconds + (Chance * (highSeconds - lowSeconds)));

    public string AnyPage => OneOf(_pages);

    /// <summary>Asks for a page, and waits for the answer.</summary>
    public async Task Ask(string path)
    {
        using RawClient client = await RawClient.ConnectAsync(port);
        await client.Send(RawClient.Get(path, "Connection: close\r\n"));
        await client.ReadToEnd(_answerLimit);
    }

    /// <summary>Asks, and does not wait: <see cref="Finish"/> does.</summary>
    public void Begin(string path) => Begin(Ask(path));

    public void Begin(Task asking) => _asked.Enqueue(asking);

    /// <summary>Asks for ordinary pages as independent people do, so many times a second, until the stage is over.</summary>
    /// <param name="pages">Of which one is asked for; null: the usual ones.</param>
    public async Task AskOrdinarily(double perSecond, FaultStage stage, string[]? pages = null)
    {
        while (await stage.Pause(Exponential(1 / perSecond)))
        {
            Begin(OneOf(pages ?? _pages));
        }
    }

    public T OneOf<T>(IReadOnlyList<T> all) => all[(int)(Chance * all.Count)];

    public Task Finish() => Task.WhenAll(_asked);

    public TimeSpan Exponential(double meanSeconds) => TimeSpan.FromSeconds(-meanSeconds * Math.Log(1 - Chance));
}
