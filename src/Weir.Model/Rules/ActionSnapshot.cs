namespace Weir.Model;

/// <summary>What a rule does with a request; one derived type for each kind. Only forward exists as yet.</summary>
public abstract class ActionSnapshot
{
    private protected ActionSnapshot()
    {
    }
}
