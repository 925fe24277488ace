using Weir.Reactor;
using Field = (string Name, string Value, bool Keeps);

namespace Weir.Simulation.Balancer;

/// <summary>Makes the heads of answers over HTTP/2 malformed. Source: RFC 9113 §8.1.1, §8.3.2.</summary>
internal static class AnswerFlaws
{
    private static readonly string[] _statuses = ["two hundred", "", "20", "2000", "099", "+20", "101"];
    private static readonly string[] _lengths = ["12x", "-1", "", "1, 2"];
    private static readonly Field _status = (":status", "200", true);

    /// <summary>The fields of a head that is none.</summary>
    /// <param name="random">Draws the flaw.</param>
    /// <param name="hasBody">A body may follow: the request is not HEAD.</param>
    /// <param name="isEnd">The stream ends with it.</param>
    public static List<Field> DrawHead(LoopRandom random, bool hasBody, out bool isEnd)
    {
        isEnd = random.Next(2) == 0;
        switch (random.Next(hasBody ? 10 : 9))
        {
            case 0:
                return [("x-answer", "1", false)];
            case 1:
                return [_status, _status];
            case 2:
                return [("x-answer", "1", false), _status];
            case 3:
                return [_status, (":path", "/", false)];
            case 4:
                return [_status, ("content-length", _lengths[random.Next(_lengths.Length)], false)];
            case 5:
                isEnd = true;
                return [(":status", "103", false)];
            case 6:
                return [(":status", _statuses[random.Next(_statuses.Length)], false)];
            case 7 or 8:
                (string name, string value) = WrongFields.Draw(random);
                return [_status, (name, value, false)];
            default:
                isEnd = true;
                return [_status, ("content-length", "5", false)];
        }
    }
}
