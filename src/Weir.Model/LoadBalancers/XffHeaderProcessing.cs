namespace Weir.Model;

/// <summary>What becomes of the client's <c>X-Forwarded-For</c>. Source: ALB user guide, X-Forwarded headers.</summary>
public enum XffHeaderProcessing
{
    Append,
    Preserve,
    Remove,
}
