namespace Weir.Model;

/// <summary>Whose cookie keeps a client with its target.</summary>
public enum StickinessType
{
    LbCookie,
    AppCookie,
}
