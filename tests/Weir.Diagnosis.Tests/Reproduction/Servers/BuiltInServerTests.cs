using System.Diagnostics;
using System.Globalization;

namespace Weir.Diagnosis.Tests;

public sealed class BuiltInServerTests
{
    private const int Clients = 64;

    private static readonly TimeSpan _idleLimit = TimeSpan.FromMilliseconds(500);

    // From before the close to behind it.
    private static readonly TimeSpan _step = TimeSpan.FromMicroseconds(100);

    // As with Node: what meets the close was never read.
    [Fact]
    public async Task Closed_RequestsAroundTheClose_AreAnsweredOrWereNeverSeen()
    {
        using BuiltInServer server = BuiltInServer.Start(_idleLimit, _idleLimit, RaceScenario.Closed);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        var clients = new List<LaboratoryClient>();
        try
        {
            var asked = new List<Task<LaboratoryAnswer>>();
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(await LaboratoryClient.Connect(server.EndPoint, cancel));
                asked.Add(Ask(clients[i], "/", cancel));
            }

            LaboratoryAnswer[] first = await Task.WhenAll(asked);
            var second = new List<Task<LaboratoryAnswer>>();
            for (int i = 0; i < Clients; i++)
            {
                TimeSpan age = _idleLimit + (_step * (i - (Clients / 2)));
                PreciseWait.Until(first[i].CompletedTimestamp + (long)(age.TotalSeconds * Stopwatch.Frequency));
                second.Add(Ask(clients[i], $"/?{Trace(i)}", cancel));
            }

            LaboratoryAnswer[] answers = await Task.WhenAll(second);
            Assert.All(first, static answer => Assert.Equal(200, answer.StatusCode));
            Assert.All(Enumerable.Range(0, Clients), i =>
                Assert.Equal(answers[i].StatusCode == 200, server.Log!.Find(Trace(i)) is not null));
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    private static Task<LaboratoryAnswer> Ask(LaboratoryClient client, string path, CancellationToken cancel)
    {
        client.Send("GET", path);
        return client.ReceiveAnswer(cancel);
    }

    private static string Trace(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"Root=1-00000000-{number:x24}");
}
