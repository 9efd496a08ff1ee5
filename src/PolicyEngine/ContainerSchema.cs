using System.Text.Json.Nodes;
using NetEdit.Model;
using static NetEdit.PolicyEngine.SchemaNodes;

namespace NetEdit.PolicyEngine;

/// <summary>The part of <see cref="PolicySchema"/> for <c>spec.scope.container</c>.</summary>
internal static class ContainerSchema
{
    /// <summary>Creates it.</summary>
    public static JsonObject Create() =>
        Object(
            "Containers instead of a cgroup: all conditions must hold, and * at the end of a value stands "
                + "for whatever follows",
            [],
            new()
            {
                [ContainerLabels.Runtime] = Choice("What runs it", ContainerLabels.Runtimes),
                [ContainerLabels.Id] = Text("Its id, or the start of it", $"^{ContainerReader.IdForm}$"),
                [ContainerLabels.Pod] = Text(
                    "Name or UID of its Kubernetes pod, or id of its Podman pod, or the start of it",
                    $"^{ContainerReader.PodForm}$"
                ),
                [ContainerLabels.Qos] = Choice("Quality of service of its Kubernetes pod", ContainerLabels.QosClasses),
                [ContainerLabels.Name] = Text("Its name", $"^{ContainerReader.NameForm}$"),
                [ContainerLabels.Image] = Text(
                    "Its image, with or without registry, tag and digest",
                    $"^{ContainerReader.ImageForm}$"
                ),
                [ContainerLabels.Namespace] = Text(
                    "Namespace of its Kubernetes pod",
                    $"^{ContainerReader.NamespaceForm}$"
                ),
                [ContainerLabels.Labels] = Labels("Labels that it or its Kubernetes pod must have with these values"),
                [ContainerLabels.Expressions] = Expressions(
                    "Conditions on the above",
                    "One of the keys above, or labels. and the key of a label"
                ),
            }
        );
}
