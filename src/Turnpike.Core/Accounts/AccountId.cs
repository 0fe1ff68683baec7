namespace Turnpike.Core.Accounts;

/// <summary>Names an account: the holder of credit and keys.</summary>
public readonly record struct AccountId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
