namespace Weir.ControlPlane.Templates;

/// <summary>Texts that stand for what only AWS would know, such as the id of a VPC that the template creates.</summary>
internal static class Placeholder
{
    /// <summary>`vpc` of `AWS::EC2::VPC` and of `AWS::EC2::VPC::Id`.</summary>
    public static string KindOf(string type)
    {
        var parts = type.Split("::");
        var kind = parts[^1] is "Id" or "Name" or "Arn" && parts.Length > 1 ? parts[^2] : parts[^1];
        return kind.ToLowerInvariant();
    }
}
