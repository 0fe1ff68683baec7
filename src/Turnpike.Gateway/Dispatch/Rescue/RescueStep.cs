using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dispatch.Rescue;

/// <summary>One try at going on with a cut answer.</summary>
/// <param name="ByPrefill">The endpoint is given the text so far and goes on; else it begins anew.</param>
internal readonly record struct RescueStep(Endpoint Endpoint, bool ByPrefill);
