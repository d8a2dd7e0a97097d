//! The redact worker: its life, the numbers of its requests, and the rules that it was told.

use conclave_protocol::{PrivacySettings, RequestId, RuleKind, RuleProblem, ThreadId, ToRedact};

/// Where the redact worker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedactStatus {
    /// It loads.
    #[default]
    Starting,
    /// It runs.
    Ready,
    /// It died too often; nothing is marked, and nothing can be hidden.
    Down,
}

/// The redact worker.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Redactor {
    /// Where it stands.
    pub status: RedactStatus,
    /// Rules that it cannot use.
    pub rule_problems: Vec<RuleProblem>,
    told: Option<PrivacySettings>,
    unanswered: u32,
    /// Conversations whose values are to be forgotten, with the request where it was sent.
    forgetting: Vec<(ThreadId, Option<RequestId>)>,
    crashes: u8,
    last: u32,
}

impl Redactor {
    /// Crashes after which it stays off. It works on what a person wrote alone, so a text that kills it would kill it
    /// again.
    const MOST_CRASHES: u8 = 3;

    /// A number for the next request.
    pub const fn number(&mut self) -> RequestId {
        self.last = self.last.wrapping_add(1);
        RequestId(self.last)
    }

    /// It runs, and knows nothing yet.
    pub fn started(&mut self) {
        self.status = RedactStatus::Ready;
        self.told = None;
        self.unanswered = 0;
        self.forgetting.iter_mut().for_each(|(_, sent)| *sent = None);
    }

    /// Notes that a conversation's values are to be forgotten.
    pub fn forget(&mut self, thread: ThreadId) {
        if self.forgetting.iter().all(|(known, _)| *known != thread) {
            self.forgetting.push((thread, None));
        }
    }

    /// The messages that ask to forget what was not asked to be forgotten yet.
    pub fn forget_messages(&mut self) -> Vec<ToRedact> {
        if self.status != RedactStatus::Ready {
            return Vec::new();
        }
        let mut messages = Vec::new();
        for (thread, sent) in self.forgetting.iter_mut().filter(|(_, sent)| sent.is_none()) {
            self.last = self.last.wrapping_add(1);
            let id = RequestId(self.last);
            *sent = Some(id);
            messages.push(ToRedact::Forget { id, thread: thread.clone() });
        }
        messages
    }

    /// The conversation whose values this request forgot.
    pub fn forgotten(&mut self, id: RequestId) -> Option<ThreadId> {
        let at = self.forgetting.iter().position(|(_, sent)| *sent == Some(id))?;
        Some(self.forgetting.swap_remove(at).0)
    }

    /// A request to forget failed; `false` where it was another one.
    pub fn forget_failed(&mut self, id: RequestId) -> bool {
        self.forgotten(id).is_some()
    }

    /// The message that tells it these rules; `None` where it knows them or does not run.
    pub fn configure(&mut self, rules: PrivacySettings) -> Option<ToRedact> {
        if self.status != RedactStatus::Ready || self.told.as_ref() == Some(&rules) {
            return None;
        }
        self.told = Some(rules.clone());
        self.unanswered += 1;
        // They count places in lists that have changed.
        self.rule_problems.clear();
        Some(ToRedact::Configure { settings: rules })
    }

    /// It took rules. What it says of rules that have changed since is of no use.
    pub fn configured(&mut self, problems: Vec<RuleProblem>) {
        self.unanswered = self.unanswered.saturating_sub(1);
        if self.unanswered == 0 {
            self.rule_problems = problems;
        }
    }

    /// Whether it runs and works by these rules.
    #[must_use]
    pub fn works_by(&self, rules: &PrivacySettings) -> bool {
        self.status == RedactStatus::Ready && self.unanswered == 0 && self.told.as_ref() == Some(rules)
    }

    /// What is wrong with a rule, where something is.
    #[must_use]
    pub fn rule_problem(&self, kind: RuleKind, index: usize) -> Option<&str> {
        let problem = self.rule_problems.iter().find(|problem| problem.kind == kind && problem.index == index);
        problem.map(|problem| problem.reason.as_str())
    }

    /// It died; `true` where it should be started again.
    pub fn crashed(&mut self) -> bool {
        self.crashes = self.crashes.saturating_add(1);
        let again = self.crashes < Self::MOST_CRASHES;
        self.status = if again { RedactStatus::Starting } else { RedactStatus::Down };
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(term: &str) -> PrivacySettings {
        PrivacySettings { terms: vec![term.into()], ..PrivacySettings::default() }
    }

    fn problem(reason: &str) -> RuleProblem {
        RuleProblem { kind: RuleKind::Term, index: 0, reason: reason.into() }
    }

    #[test]
    fn rules_are_told_once_and_again_to_a_new_worker() {
        let mut redactor = Redactor::default();
        assert_eq!(redactor.configure(rules("a")), None, "it does not run");
        redactor.started();
        assert_eq!(redactor.configure(rules("a")), Some(ToRedact::Configure { settings: rules("a") }));
        assert_eq!(redactor.configure(rules("a")), None);
        assert!(!redactor.works_by(&rules("a")), "it has not said so");
        redactor.configured(Vec::new());
        assert!(redactor.works_by(&rules("a")) && !redactor.works_by(&rules("b")));
        redactor.crashed();
        assert!(!redactor.works_by(&rules("a")));
        redactor.started();
        assert!(redactor.configure(rules("a")).is_some());
    }

    #[test]
    fn problems_of_older_rules_are_not_shown_at_newer_ones() {
        let mut redactor = Redactor::default();
        redactor.started();
        redactor.configure(rules("a"));
        redactor.configure(rules("b"));
        redactor.configured(vec![problem("of a")]);
        assert_eq!(redactor.rule_problem(RuleKind::Term, 0), None);
        redactor.configured(vec![problem("of b")]);
        assert_eq!(redactor.rule_problem(RuleKind::Term, 0), Some("of b"));
        assert_eq!(redactor.rule_problem(RuleKind::Pattern, 0), None);
        redactor.configure(rules("c"));
        assert_eq!(redactor.rule_problem(RuleKind::Term, 0), None);
    }

    #[test]
    fn what_is_to_be_forgotten_waits_for_the_worker_and_outlives_it() {
        let mut redactor = Redactor::default();
        redactor.forget(ThreadId("t".into()));
        redactor.forget(ThreadId("t".into()));
        assert_eq!(redactor.forget_messages(), []);
        redactor.started();
        let thread = ThreadId("t".into());
        assert_eq!(redactor.forget_messages(), [ToRedact::Forget { id: RequestId(1), thread: thread.clone() }]);
        assert_eq!(redactor.forget_messages(), [], "it was asked");
        redactor.crashed();
        redactor.started();
        assert_eq!(redactor.forget_messages(), [ToRedact::Forget { id: RequestId(2), thread: thread.clone() }]);
        assert_eq!(redactor.forgotten(RequestId(1)), None);
        assert_eq!(redactor.forgotten(RequestId(2)), Some(thread));
    }

    #[test]
    fn the_worker_stays_off_after_its_third_crash() {
        let mut redactor = Redactor::default();
        assert!(redactor.crashed());
        assert!(redactor.crashed());
        assert!(!redactor.crashed());
        assert_eq!(redactor.status, RedactStatus::Down);
    }
}
