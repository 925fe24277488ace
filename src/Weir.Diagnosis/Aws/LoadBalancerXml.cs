using System.Xml;

namespace Weir.Diagnosis.Aws;

/// <summary>Reads the answers of Elastic Load Balancing. Never resolves what an answer might refer to.</summary>
// Source: Elastic Load Balancing API reference, version 2015-12-01
internal static class LoadBalancerXml
{
    private static readonly XmlReaderSettings _settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true };

    /// <summary>The texts of the first load balancer, by the names of its elements; empty if there is none.</summary>
    public static IReadOnlyDictionary<string, string> ReadLoadBalancer(string xml) => ReadMembers(xml, "LoadBalancers").FirstOrDefault() ?? [];

    /// <summary>Attributes and their values.</summary>
    public static IReadOnlyDictionary<string, string> ReadAttributes(string xml) => ReadMembers(xml, "Attributes")
        .Where(static member => member.ContainsKey("Key"))
        .GroupBy(static member => member["Key"])
        .ToDictionary(static group => group.Key, static group => group.Last().GetValueOrDefault("Value", ""), StringComparer.Ordinal);

    /// <summary>What an error is called, and what it says; null where the text is no error of AWS.</summary>
    public static (string Code, string Message)? ReadError(string xml)
    {
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(xml), _settings);
            string? code = null, message = null;
            // Reading an element's text leads past it, to the next one.
            for (bool isMore = reader.Read(); isMore;)
            {
                if (reader is { NodeType: XmlNodeType.Element, LocalName: "Code" }) code ??= reader.ReadElementContentAsString();
                else if (reader is { NodeType: XmlNodeType.Element, LocalName: "Message" }) message ??= reader.ReadElementContentAsString();
                else isMore = reader.Read();
            }

            return code is null ? null : (code, message ?? "");
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // The direct children of each <member> of a list: a child's own children are not looked at.
    private static List<Dictionary<string, string>> ReadMembers(string xml, string list)
    {
        var members = new List<Dictionary<string, string>>();
        using XmlReader reader = XmlReader.Create(new StringReader(xml), _settings);
        if (!reader.ReadToFollowing(list) || reader.IsEmptyElement) return members;
        int depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.Depth == depth + 1 && reader.NodeType == XmlNodeType.Element) members.Add(ReadMember(reader));
        }

        return members;
    }

    private static Dictionary<string, string> ReadMember(XmlReader reader)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using XmlReader member = reader.ReadSubtree();
        member.Read();
        string? child = null;
        while (member.Read())
        {
            if (member is { NodeType: XmlNodeType.Element, Depth: 1 }) child = member.LocalName;
            else if (member is { NodeType: XmlNodeType.Text or XmlNodeType.CDATA, Depth: 2 } && child is not null) texts[child] = member.Value;
        }

        return texts;
    }
}
