using System.Globalization;
using Weir.Reactor;
using Field = (string Name, string Value, bool Keeps);

namespace Weir.Simulation.Balancer;

/// <summary>Makes requests over HTTP/2 malformed.</summary>
internal static class RequestFlaws
{
    private static readonly string[] _required = [":method", ":scheme", ":path"];
    private static readonly string[] _lengths = ["12x", "-1", "", "1, 2", "99999999999999999999"];
    private static readonly Field[] _undefined = [(":status", "200", false), (":protocol", "websocket", false), (":Method", "GET", false)];

    private static readonly Field[] _wrong =
    [
        (":method", "GE T", false), (":method", "", false), (":scheme", "ht tp", false), (":scheme", "", false), (":path", "", false),
        (":path", "r/1", false), (":path", "/r/1 HTTP/1.1\r\nx-smuggled: 1", false), (":path", "*", false), (":authority", "user@weir.test", false),
        (":authority", "weir test", false),
    ];

    /// <summary>The head is none, so that no target may hear of it.</summary>
    public static bool IsOfHead(this RequestFlaw flaw) => flaw is > RequestFlaw.None and < RequestFlaw.TooShort;

    /// <summary>The head is one, and what follows is not.</summary>
    public static bool IsOfBody(this RequestFlaw flaw) => flaw >= RequestFlaw.TooShort;

    public static RequestFlaw Draw(LoopRandom random, int bodyBytes, bool hasBody)
    {
        const int OfHead = (int)RequestFlaw.WrongLength;
        const int OfBody = (int)RequestFlaw.TrailersWithoutEnd - OfHead;
        RequestFlaw flaw = hasBody && random.Next(2) == 0
            ? RequestFlaw.TooShort + random.Next(OfBody)
            : RequestFlaw.WrongField + random.Next(OfHead);
        return flaw == RequestFlaw.TooLong && bodyBytes == 0 ? RequestFlaw.TooShort : flaw;
    }

    /// <summary>Puts it into the head's fields, as far as it shows there.</summary>
    public static void Apply(this RequestFlaw flaw, List<Field> fields, int bodyBytes, LoopRandom random)
    {
        switch (flaw)
        {
            case RequestFlaw.WrongField:
                (string name, string value) = WrongFields.Draw(random);
                fields.Add((name, value, random.Next(4) == 0));
                break;
            case RequestFlaw.MissingPseudo:
                fields.RemoveAt(PlaceOf(fields, _required[random.Next(_required.Length)]));
                break;
            case RequestFlaw.RepeatedPseudo:
                fields.Insert(0, fields[random.Next(4)]);
                break;
            case RequestFlaw.LatePseudo:
                Field late = fields[random.Next(4)];
                fields.Remove(late);
                fields.Add(late);
                break;
            case RequestFlaw.UndefinedPseudo:
                fields.Insert(random.Next(4), _undefined[random.Next(_undefined.Length)]);
                break;
            case RequestFlaw.WrongPseudo:
                Field wrong = _wrong[random.Next(_wrong.Length)];
                fields[PlaceOf(fields, wrong.Name)] = wrong;
                break;
            case RequestFlaw.OtherHost:
                fields.Add(("host", "other.test", false));
                break;
            case RequestFlaw.WrongLength:
                fields.RemoveAll(field => field.Name == "content-length");
                fields.Add(("content-length", _lengths[random.Next(_lengths.Length)], false));
                break;
            case RequestFlaw.TooShort or RequestFlaw.TooLong:
                int bytes = flaw == RequestFlaw.TooShort ? bodyBytes + 1 + random.Next(100) : random.Next(bodyBytes);
                fields.RemoveAll(field => field.Name == "content-length");
                fields.Add(("content-length", bytes.ToString(CultureInfo.InvariantCulture), false));
                break;
        }
    }

    private static int PlaceOf(List<Field> fields, string name) => fields.FindIndex(field => field.Name == name);
}
