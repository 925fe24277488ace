using System.Diagnostics;
using System.Net;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Clients whose requests make as many target connections idle at once, and which then ask again so that each meets a
/// connection that has been idle for the age it was given.
/// </summary>
internal static class IdleBurst
{
    // Ahead of the first moment: a timer may be late by so much, and from then on the wait is spun.
    private static readonly TimeSpan _spun = TimeSpan.FromMilliseconds(20);

    /// <summary>The answers at those ages, which ascend.</summary>
    public static async Task<RawResponse[]> Run(IPEndPoint listener, TimeSpan[] ages)
    {
        RawClient[] clients = await Task.WhenAll(ages.Select(_ => RawClient.ConnectAsync(listener)));
        try
        {
            long[] idleSince = await Task.WhenAll(clients.Select(MakeIdle));
            // The balancer takes the newest connection first.
            long[] moments = [.. idleSince.OrderDescending().Zip(ages, static (since, age) => since + Ticks(age))];
            await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), moments[0]) - _spun);
            Task<RawResponse>[] answers = await Task.Factory.StartNew(
                () => AskAt(clients, moments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return await Task.WhenAll(answers);
        }
        finally
        {
            foreach (RawClient client in clients)
            {
                client.Dispose();
            }
        }
    }

    private static async Task<long> MakeIdle(RawClient client)
    {
        RawResponse answer = await Ask(client);
        long since = Stopwatch.GetTimestamp();
        Assert.Equal(200, answer.StatusCode);
        return since;
    }

    private static Task<RawResponse>[] AskAt(RawClient[] clients, long[] moments)
    {
        var answers = new Task<RawResponse>[clients.Length];
        for (int i = 0; i < clients.Length; i++)
        {
            while (Stopwatch.GetTimestamp() < moments[i])
            {
                Thread.Yield();
            }

            answers[i] = Ask(clients[i]);
        }

        return answers;
    }

    private static async Task<RawResponse> Ask(RawClient client)
    {
        await client.Send(RawClient.Get());
        return await client.ReadResponse();
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
