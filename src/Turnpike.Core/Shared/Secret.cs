namespace Turnpike.Core.Shared;

/// <summary>A value that must not be seen. Prints as <c>***</c>; revealed only where it is sent.</summary>
public sealed class Secret(string value)
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    public string Reveal() => _value;

    public override string ToString() => "***";
}
