package django

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCleanup(t *testing.T) {
	const task = `
-- core/__init__.py --
-- core/tasks.py --
from celery import shared_task
from django.core.management import call_command

@shared_task
def purge_sessions():
    call_command("clearsessions")
`
	tests := []struct {
		name, archive string
		want          []string // kind path:line
	}{
		{"nothing", "", nil},

		// Files that are not Python.
		{"crontab", "-- deploy/crontab --\n# comment\n0 3 * * * python manage.py clearsessions\n", []string{"scheduled deploy/crontab:2"}},
		{"commented crontab", "-- deploy/crontab --\n# 0 3 * * * python manage.py clearsessions\n", nil},
		{"cron.d", "-- etc/cron.d/site --\n0 3 * * * www-data /srv/manage.py clearsessions\n", []string{"scheduled etc/cron.d/site:1"}},
		{"cron template", "-- ansible/site.cron.j2 --\n0 3 * * * {{ python }} manage.py clearsessions\n", []string{"scheduled ansible/site.cron.j2:1"}},
		{"CronJob", "-- k8s/sessions.yaml --\napiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: '0 3 * * *'\n  args: ['manage.py', 'clearsessions']\n", []string{"scheduled k8s/sessions.yaml:5"}},
		{"Helm", "-- chart/templates/cron.yaml --\napiVersion: batch/v1\nkind: CronJob\ncommand: [\"clearsessions\"]\n", []string{"scheduled chart/templates/cron.yaml:3"}},
		{"values of a chart", "-- chart/values.yaml --\ncronjobs:\n  - name: clearsessions\n", []string{"scheduled chart/values.yaml:2"}},
		{"some other YAML", "-- data/words.yaml --\n- clearsessions\n", []string{"defined data/words.yaml:1"}},
		{"compose", "-- docker-compose.yml --\nservices:\n  cron:\n    command: sh -c 'manage.py clearsessions; sleep 86400'\n", []string{"scheduled docker-compose.yml:3"}},
		{"ofelia label", "-- compose.prod.yaml --\nlabels:\n  ofelia.job-exec.x.command: python manage.py clearsessions\n", []string{"scheduled compose.prod.yaml:2"}},
		{"commented compose", "-- docker-compose.yml --\nservices:\n  # command: manage.py clearsessions\n  web: x\n", nil},
		{"systemd", "-- deploy/clear.service --\n[Service]\nExecStart=/srv/manage.py clearsessions\n", []string{"scheduled deploy/clear.service:2"}},
		{"Procfile", "-- Procfile --\nweb: gunicorn\nrelease: python manage.py clearsessions\n", []string{"scheduled Procfile:2"}},
		{"app.json", "-- app.json --\n{\"cron\": [{\"command\": \"python manage.py clearsessions\", \"schedule\": \"@daily\"}]}\n", []string{"scheduled app.json:1"}},
		{"render.yaml", "-- render.yaml --\nservices:\n  - type: cron\n    startCommand: python manage.py clearsessions\n", []string{"scheduled render.yaml:3"}},
		{"zappa", "-- zappa_settings.json --\n{\"prod\": {\"events\": [{\"function\": \"x.clearsessions\"}]}}\n", []string{"scheduled zappa_settings.json:1"}},
		{".platform.app.yaml", "-- .platform.app.yaml --\ncrons:\n  c:\n    cmd: python manage.py clearsessions\n", []string{"scheduled .platform.app.yaml:3"}},
		{".ebextensions", "-- .ebextensions/01.config --\nfiles:\n  c: manage.py clearsessions\n", []string{"scheduled .ebextensions/01.config:2"}},
		{"supervisor", "-- deploy/supervisord.conf --\n[program:c]\ncommand=manage.py clearsessions\n; command=x\n", []string{"scheduled deploy/supervisord.conf:2"}},
		{"scheduled workflow", "-- .github/workflows/nightly.yml --\non:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  x:\n    run: ssh host manage.py clearsessions\n", []string{"scheduled .github/workflows/nightly.yml:6"}},
		{"workflow without a schedule", "-- .github/workflows/test.yml --\non: push\nrun: manage.py clearsessions\n", []string{"defined .github/workflows/test.yml:2"}},
		{"entrypoint", "-- docker/entrypoint.sh --\n#!/bin/sh\npython manage.py clearsessions\nexec gunicorn\n", []string{"scheduled docker/entrypoint.sh:2"}},
		{"Dockerfile", "-- Dockerfile --\nCMD python manage.py clearsessions && gunicorn\n", []string{"scheduled Dockerfile:1"}},
		{"Ansible", "-- deploy/roles/app/tasks/main.yml --\n- cron:\n    job: manage.py clearsessions\n", []string{"scheduled deploy/roles/app/tasks/main.yml:2"}},
		{"Makefile", "-- Makefile --\nclear:\n\tpython manage.py clearsessions\n", []string{"defined Makefile:2"}},
		{"SQL in a crontab", "-- crontab --\n@daily psql -c 'DELETE FROM django_session WHERE expire_date < now()'\n", []string{"scheduled crontab:1"}},
		{"documentation", "-- README.md --\nRun `python manage.py clearsessions` daily.\n", []string{"mentioned README.md:1"}},
		{"tests", "-- tests/crontab --\n0 3 * * * python manage.py clearsessions\n", nil},

		// Python.
		{"task that nothing runs", task, []string{"defined core/tasks.py:6"}},
		{"celery beat in settings", task + "-- config/beat.py --\nCELERY_BEAT_SCHEDULE = {\n    'x': {'task': 'core.tasks.purge_sessions', 'schedule': 3600},\n}\n", []string{"scheduled config/beat.py:2"}},
		{"commented beat entry", task + "-- config/beat.py --\nCELERY_BEAT_SCHEDULE = {\n    # 'x': {'task': 'core.tasks.purge_sessions', 'schedule': 3600},\n}\n", []string{"defined core/tasks.py:6"}},
		{"beat_schedule of the app", task + "-- config/celery.py --\napp.conf.beat_schedule = {'x': {'task': 'core.tasks.purge_sessions', 'schedule': 1}}\n", []string{"scheduled config/celery.py:1"}},
		{"add_periodic_task", task + "-- config/celery.py --\nfrom core.tasks import purge_sessions\ndef setup(sender, **kw):\n    sender.add_periodic_task(3600, purge_sessions.s())\n", []string{"scheduled config/celery.py:3"}},
		{"named task", "-- core/tasks.py --\n@app.task(name='housekeeping')\ndef purge():\n    call_command('clearsessions')\n-- config/celery.py --\nbeat_schedule = {'x': {'task': 'housekeeping'}}\n", []string{"scheduled config/celery.py:1"}},
		{"named elsewhere", task + "-- config/celery.py --\nTASK_ROUTES = {'core.tasks.purge_sessions': 'slow'}\n", []string{"defined core/tasks.py:6"}},
		{"periodic decorator", "-- core/tasks.py --\n@periodic_task(run_every=crontab(hour=3))\ndef purge():\n    call_command('clearsessions')\n", []string{"scheduled core/tasks.py:3"}},
		{"decorator of the project", "-- core/tasks.py --\n@shared_task\n@register_as_period_task(interval=3600)\ndef purge():\n    call_command('clearsessions')\n", []string{"scheduled core/tasks.py:4"}},
		{"class with a schedule", "-- core/cron.py --\nclass Purge(CronJobBase):\n    schedule = Schedule(run_every_mins=60)\n    def do(self):\n        call_command('clearsessions')\n", []string{"scheduled core/cron.py:4"}},
		{"decorated job class", "-- core/jobs.py --\n@system_job(interval=1)\nclass Housekeeping(JobRunner):\n    def run(self):\n        self.sessions()\n    def sessions(self):\n        engine = import_module(settings.SESSION_ENGINE)\n        engine.SessionStore.clear_expired()\n", []string{"scheduled core/jobs.py:7"}},
		{"CRONJOBS", "-- core/cron.py --\ndef purge():\n    call_command('clearsessions')\n-- config/cron_settings.py --\nCRONJOBS = [('0 3 * * *', 'core.cron.purge')]\n-- core/__init__.py --\n", []string{"scheduled config/cron_settings.py:1"}},
		{"CRONJOBS by command", "-- config/base.py --\nSESSION = 1\nCRONJOBS = [('0 3 * * *', 'django.core.management.call_command', ['clearsessions'])]\n", []string{"scheduled config/base.py:2"}},
		{"APScheduler", "-- core/apps.py --\ndef purge():\n    call_command('clearsessions')\nclass Config(AppConfig):\n    def ready(self):\n        scheduler.add_job(purge, 'cron', hour=3)\n", []string{"scheduled core/apps.py:5"}},
		{"django-q", "-- core/apps.py --\nfrom django_q.tasks import schedule\nschedule('django.core.management.call_command', 'clearsessions', schedule_type='D')\n", []string{"scheduled core/apps.py:2"}},
		{"own command", "-- core/management/commands/housekeeping.py --\nclass Command(BaseCommand):\n    def handle(self, **options):\n        call_command('clearsessions')\n", []string{"defined core/management/commands/housekeeping.py:3"}},
		{"own command in a crontab", "-- core/management/commands/housekeeping.py --\nclass Command(BaseCommand):\n    def handle(self, **options):\n        call_command('clearsessions')\n-- crontab --\n0 3 * * * manage.py housekeeping\n", []string{"scheduled crontab:1"}},
		{"own command in a migration", "-- core/management/commands/cleanup_sessions.py --\nclass Command(BaseCommand):\n    def handle(self, **options):\n        call_command('clearsessions')\n-- core/migrations/0002_jobs.py --\ndef make(apps, editor):\n    job = Job.objects.create(kind='cleanup_sessions')\n    Schedule(job=job, rrule='FREQ=WEEKLY').save()\n", []string{"scheduled core/migrations/0002_jobs.py:2"}},
		{"own command called by a scheduled task", "-- core/management/commands/housekeeping.py --\nclass Command(BaseCommand):\n    def handle(self, **options):\n        call_command('clearsessions')\n-- core/tasks.py --\n@periodic_task(run_every=1)\ndef nightly():\n    call_command('housekeeping')\n", []string{"scheduled core/tasks.py:3"}},
		{"helper", "-- core/__init__.py --\n-- core/utils.py --\ndef drop_old_sessions():\n    call_command('clearsessions')\n-- core/tasks.py --\nfrom .utils import drop_old_sessions\n@periodic_task(run_every=1)\ndef nightly():\n    drop_old_sessions()\n", []string{"scheduled core/tasks.py:4"}},
		{"deriving command", "-- core/management/commands/clear.py --\nfrom django.contrib.sessions.management.commands.clearsessions import Command as Base\nclass Command(Base):\n    pass\n-- cron --\n@daily manage.py clear\n", []string{"scheduled cron:1"}},
		{"script in a crontab", "-- scripts/purge.py --\nimport subprocess\nsubprocess.run(['python', 'manage.py', 'clearsessions'])\n-- crontab --\n@daily python scripts/purge.py\n", []string{"scheduled crontab:1"}},
		{"database scheduler", "-- config/settings.py --\nINSTALLED_APPS = ['django_celery_beat']\n" + task, []string{"scheduled core/tasks.py:6"}},
		{"installed package", "-- config/settings.py --\nINSTALLED_APPS = ['session_cleanup']\n", []string{"scheduled config/settings.py:1"}},

		// What deletes rows by hand.
		{"hand-written", "-- core/tasks.py --\nfrom django.contrib.sessions.models import Session as S\n@periodic_task(run_every=1)\ndef purge():\n    S.objects.filter(expire_date__lt=timezone.now()).delete()\n", []string{"scheduled core/tasks.py:4"}},
		{"in two steps", "-- core/tasks.py --\nfrom django.contrib.sessions.models import Session\n@periodic_task(run_every=1)\ndef purge():\n    old = Session.objects.filter(expire_date__lte=timezone.now())\n    old.delete()\n", []string{"scheduled core/tasks.py:5"}},
		{"in a loop", "-- core/tasks.py --\nfrom django.contrib.sessions.models import Session\n@periodic_task(run_every=1)\ndef purge():\n    for s in Session.objects.filter(expire_date__lt=now()):\n        s.delete()\n", []string{"scheduled core/tasks.py:4"}},
		{"own model", "-- core/__init__.py --\n-- core/models.py --\nfrom django.contrib.sessions.base_session import AbstractBaseSession\nclass Visit(AbstractBaseSession): pass\n-- core/tasks.py --\nfrom .models import Visit\n@periodic_task(run_every=1)\ndef purge():\n    # a session model\n    Visit.objects.exclude(expire_date__gte=now()).delete()\n", []string{"scheduled core/tasks.py:5"}},
		{"all sessions", "-- core/tasks.py --\nfrom django.contrib.sessions.models import Session\n@periodic_task(run_every=1)\ndef log_out_everybody():\n    Session.objects.all().delete()  # not by expire_date\n", nil},
		{"another Session model", "-- core/__init__.py --\n-- core/models.py --\nclass Session(models.Model): pass\n-- core/tasks.py --\nfrom .models import Session\n@periodic_task(run_every=1)\ndef purge():\n    Session.objects.filter(expire_date__lt=now()).delete()\n", nil},
		{"clear_expired of another package", "-- core/tasks.py --\nfrom oauth2_provider.models import clear_expired\n@periodic_task(run_every=1)\ndef purge():\n    clear_expired()  # no session\n", nil},
		{"raw SQL", "-- core/tasks.py --\n@periodic_task(run_every=1)\ndef purge():\n    cursor.execute('delete from django_session where expire_date < now()')\n", []string{"scheduled core/tasks.py:3"}},

		// On the path of a request, and mere talk.
		{"view", "-- core/views.py --\ndef home(request):\n    call_command('clearsessions')\n", nil},
		{"middleware", "-- core/middleware.py --\nclass PurgeMiddleware:\n    def __call__(self, request):\n        call_command('clearsessions')\n", nil},
		{"signal", "-- core/signals.py --\n@receiver(user_logged_in)\ndef purge(sender, **kw):\n    call_command('clearsessions')\n", nil},
		{"helper of a view", "-- core/__init__.py --\n-- core/utils.py --\ndef purge_sessions():\n    call_command('clearsessions')\n-- core/views.py --\nfrom .utils import purge_sessions\ndef home(request):\n    purge_sessions()\n", nil},
		{"portioned task", "-- core/tasks.py --\nfrom celery import shared_task\nfrom django.contrib.sessions.models import Session\n@shared_task\ndef clean():\n    ids = list(Session.objects.filter(expire_date__lt=now()).values_list('pk', flat=True)[:1000])\n    Session.objects.filter(pk__in=ids).delete()\n-- config/celery.py --\nCELERY_BEAT_SCHEDULE = {'x': {'task': 'core.tasks.clean', 'schedule': 86400}}\n", []string{"scheduled config/celery.py:1"}},
		{"helper that nothing calls", "-- core/utils.py --\ndef purge_sessions():\n    call_command('clearsessions')\n", nil},
		{"log message", "-- core/tasks.py --\n@periodic_task(run_every=1)\ndef f():\n    logger.info('remember to run clearsessions')\n", nil},
		{"docstring", "-- core/tasks.py --\n\"\"\"Schedule clearsessions.\"\"\"\nSCHEDULE = 1\n", nil},
		{"store of the project", "-- core/store.py --\nclass SessionStore(SessionBase):\n    @classmethod\n    def clear_expired(cls):\n        cls.session_model.objects.filter(expire_date__lt=now()).delete()\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			archive := site
			if tt.name != "database scheduler" && tt.name != "installed package" {
				archive += "-- config/settings.py --\nINSTALLED_APPS = ['core']\n"
			}
			fx := load(t, archive+tt.archive)
			var got []string
			for _, c := range fx.Cleanup() {
				got = append(got, fmt.Sprintf("%s %s:%d", c.Kind, c.File.Path, c.Line()))
				if c.Note == "" {
					t.Error("no note")
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("cleanup (-want +got):\n%s", diff)
			}
			if len(got) > 0 && fx.CleanupKind() != fx.Cleanup()[0].Kind || len(got) == 0 && fx.CleanupKind() != NoCleanup {
				t.Errorf("CleanupKind() = %v", fx.CleanupKind())
			}
			if fx.Cleared() != (fx.CleanupKind() == CleanupScheduled) {
				t.Error("Cleared() differs")
			}
		})
	}
}
