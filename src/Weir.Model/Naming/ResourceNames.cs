namespace Weir.Model;

/// <summary>The rules for the names of load balancers and target groups.</summary>
// Source: ELBv2 API model, LoadBalancerName and TargetGroupName
public static class ResourceNames
{
    public const int MaxCharacters = 32;

    public const string Allowed =
        "1–32 letters, digits and hyphens, with no hyphen at either end";

    /// <summary>Validates a name; the refusal is in AWS's words, null if the name is good.</summary>
    /// <param name="kind">`Load balancer` or `Target group`.</param>
    /// <param name="name">The name to validate.</param>
    public static string? AwsRefusal(string kind, string name)
    {
        if (name.Length is 0 or > MaxCharacters)
        {
            return $"{kind} name '{name}' cannot be longer than '{MaxCharacters}' characters";
        }

        if (name.Any(static character => !char.IsAsciiLetterOrDigit(character) && character != '-'))
        {
            return $"{kind} name '{name}' can only contain characters that are alphanumeric characters or hyphens(-)";
        }

        return name.StartsWith('-') || name.EndsWith('-')
            ? $"{kind} name '{name}' cannot begin or end with '-'"
            : null;
    }
}
