using System.Collections.Immutable;

namespace Turnpike.Catalog.Shipped;

/// <summary>A provider that the shipped catalogue knows.</summary>
/// <param name="Variables">The environment variables that hold its key; the first that is set counts.</param>
/// <param name="Settings">What it needs besides a key, each with the variables that hold it.</param>
/// <param name="ModelsDev">What models.dev calls it.</param>
/// <param name="EnabledBy">Settings that enable it without a key: sets of names with spaces between, one of which must be there whole.</param>
internal sealed record ShippedProvider(
    string Id, ImmutableArray<string> Variables, ImmutableArray<ShippedSetting> Settings, ImmutableArray<string> EnabledBy, string ModelsDev);

/// <summary>Something that a provider needs besides a key: a region, a project, an account.</summary>
/// <param name="Variables">The environment variables that hold it; the first that is set counts.</param>
/// <param name="Default">What it is where no variable is set; null for none.</param>
internal sealed record ShippedSetting(string Name, ImmutableArray<string> Variables, string? Default);
